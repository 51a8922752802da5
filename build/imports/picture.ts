import type { IModule } from 'dependency-cruiser';
import { type Floor, floorOf } from './floors.ts';

const BEGIN = '<!-- imports -->';
const END = '<!-- /imports -->';

/**
 * Which floor imports which, as a Mermaid flow chart. An arrow is left out where the same can be reached by others, so
 * that the picture can be read.
 */
export function importPicture(modules: readonly IModule[], floors: readonly Floor[]): string {
  const arrows = floorArrows(modules, floors);
  const reached = (from: Floor, seen = new Set<Floor>()): Set<Floor> => {
    for (const to of arrows.get(from) ?? [])
      if (!seen.has(to)) {
        seen.add(to);
        reached(to, seen);
      }
    return seen;
  };
  const isNeeded = (from: Floor, to: Floor) =>
    ![...(arrows.get(from) ?? [])].some((other) => other !== to && reached(other).has(to));
  const id = (floor: Floor) => `f${floors.indexOf(floor)}`;
  const drawn = floors.flatMap((from) =>
    floors.flatMap((to) =>
      arrows.get(from)?.has(to) && isNeeded(from, to) ? `  ${id(from)} --> ${id(to)}` : [],
    ),
  );
  const boxes = floors.map((floor) => `  ${id(floor)}["${floor.name}"]`);
  return ['```mermaid', 'flowchart TB', ...boxes, ...drawn, '```'].join('\n');
}

function floorArrows(modules: readonly IModule[], floors: readonly Floor[]): Map<Floor, Set<Floor>> {
  const arrows = new Map<Floor, Set<Floor>>();
  for (const { source, dependencies } of modules) {
    const from = floorOf(source, floors);
    if (!from) continue;
    const targets = arrows.get(from) ?? new Set();
    for (const { resolved } of dependencies) {
      const to = floorOf(resolved, floors);
      if (to && to !== from) targets.add(to);
    }
    arrows.set(from, targets);
  }
  return arrows;
}

/** The page with this picture between its marks. @throws Error for a page without marks. */
export function withPicture(page: string, picture: string): string {
  const [head, rest] = page.split(BEGIN);
  const [, tail] = (rest ?? '').split(END);
  if (head === undefined || tail === undefined) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${head}${BEGIN}\n${picture}\n${END}${tail}`;
}
