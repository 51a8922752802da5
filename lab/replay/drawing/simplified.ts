/** Pixels by which a line may differ from what it shows. */
const TOLERANCE = 0.3;

/**
 * The fewest points whose line looks the same, first and last included (Douglas and Peucker). Spending is straight
 * between two events, so that a drawing does not need every sample of the ledger.
 */
export function simplified<T>(points: readonly T[], place: (point: T) => readonly [number, number]): T[] {
  const places = points.map(place);
  const keep = new Set([0, points.length - 1]);
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let [farthest, distance] = [from, TOLERANCE];
    for (let at = from + 1; at < to; at++) {
      const off = distanceOf(places[at], places[from], places[to]);
      if (off > distance) [farthest, distance] = [at, off];
    }
    if (farthest === from) continue;
    keep.add(farthest);
    spans.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, at) => keep.has(at));
}

type Place = readonly [number, number] | undefined;

/** Up or down from the line between two places. */
function distanceOf(
  [x, y]: Place = [0, 0],
  [fromX, fromY]: Place = [0, 0],
  [toX, toY]: Place = [0, 0],
): number {
  const share = toX === fromX ? 0 : (x - fromX) / (toX - fromX);
  return Math.abs(y - (fromY + share * (toY - fromY)));
}
