import type { IModule } from 'dependency-cruiser';
import { type Layer, layerOf } from './layers.ts';

const BEGIN = '<!-- imports -->';
const END = '<!-- /imports -->';

/**
 * Which layer imports which, as a Mermaid flow chart. An arrow is left out where the same can be reached by others, so
 * that the picture can be read.
 */
export function importPicture(modules: readonly IModule[], layers: readonly Layer[]): string {
  const arrows = layerArrows(modules, layers);
  const reached = (from: Layer, seen = new Set<Layer>()): Set<Layer> => {
    for (const to of arrows.get(from) ?? [])
      if (!seen.has(to)) {
        seen.add(to);
        reached(to, seen);
      }
    return seen;
  };
  const isNeeded = (from: Layer, to: Layer) =>
    ![...(arrows.get(from) ?? [])].some((other) => other !== to && reached(other).has(to));
  const id = (layer: Layer) => `f${layers.indexOf(layer)}`;
  const drawn = layers.flatMap((from) =>
    layers.flatMap((to) =>
      arrows.get(from)?.has(to) && isNeeded(from, to) ? `  ${id(from)} --> ${id(to)}` : [],
    ),
  );
  const boxes = layers.map((layer) => `  ${id(layer)}["${layer.name}"]`);
  return ['```mermaid', 'flowchart TB', ...boxes, ...drawn, '```'].join('\n');
}

function layerArrows(modules: readonly IModule[], layers: readonly Layer[]): Map<Layer, Set<Layer>> {
  const arrows = new Map<Layer, Set<Layer>>();
  for (const { source, dependencies } of modules) {
    const from = layerOf(source, layers);
    if (!from) continue;
    const targets = arrows.get(from) ?? new Set();
    for (const { resolved } of dependencies) {
      const to = layerOf(resolved, layers);
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
