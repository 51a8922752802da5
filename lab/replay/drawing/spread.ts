/**
 * Moves labels apart that would overlap. It keeps their order and the least distance, stays between the two ends, and
 * moves each label as little as possible. @returns the new places in the order of the wanted ones.
 */
export function spread(wanted: readonly number[], distance: number, from: number, to: number): number[] {
  const order = wanted
    .map((place, index) => ({ place, index }))
    .sort((a, b) => a.place - b.place || a.index - b.index);
  const blocks: { first: number; places: number[] }[] = [];
  for (const { place } of order) {
    blocks.push({ first: place, places: [place] });
    // Two blocks that touch become one block, at the mean of the places that its labels want.
    for (let last = blocks.length - 1; last > 0; last--) {
      const [above, below] = [blocks[last - 1], blocks[last]] as [(typeof blocks)[0], (typeof blocks)[0]];
      if (above.first + above.places.length * distance <= below.first) break;
      const places = [...above.places, ...below.places];
      const mean = places.reduce((sum, one, at) => sum + one - at * distance, 0) / places.length;
      blocks.splice(last - 1, 2, { first: mean, places });
    }
  }
  const placed = blocks.flatMap(({ first, places }) => places.map((_, at) => first + at * distance));
  let floor = from;
  const lowered = placed.map((place) => {
    const at = Math.max(place, floor);
    floor = at + distance;
    return at;
  });
  let ceiling = to;
  for (let at = lowered.length - 1; at >= 0; at--) {
    lowered[at] = Math.min(lowered[at] ?? 0, ceiling);
    ceiling = (lowered[at] ?? 0) - distance;
  }
  const result: number[] = Array.from({ length: wanted.length });
  order.forEach(({ index }, at) => {
    result[index] = lowered[at] ?? 0;
  });
  return result;
}
