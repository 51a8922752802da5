import { readFileSync } from 'node:fs';
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import * as v from 'valibot';
import { InputError } from '../../lambda/core/settings.ts';
import { parseJsonText, placeOf } from '../../lib/json-text.ts';
import { crossProblems, type Steps } from './cross-checks.ts';
import { type Incident, incidentSchema } from './schema.ts';

/**
 * Reads and validates an incident file.
 * @throws InputError naming every wrong field with its line, or that the file cannot be read.
 */
export function readIncident(path: string): Incident {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError([`${path}: cannot be read: ${(error as Error).message}`]);
  }
  return parseIncident(content, path);
}

/** The same for a text; `path` is what the problems are reported under. @throws InputError listing all problems. */
export function parseIncident(content: string, path: string): Incident {
  const at = (offset: number) => `${path}:${placeOf(content, offset).line}`;
  const read = parseJsonText(content, { disallowComments: true });
  if ('problems' in read)
    throw new InputError(
      read.problems.map(({ line, reason }) => `${path}:${line}: not valid JSON: ${reason}`),
    );
  const { tree } = read;
  if (tree.type !== 'object') throw new InputError([`${at(tree.offset)}: the whole file must be an object`]);
  const repeated = repeatedFields(tree).map(
    (node) => `${at(node.offset)}: ${String(node.value)} is given twice: keep one of the two`,
  );
  const result = v.safeParse(incidentSchema, JSON.parse(content));
  const wrong = (result.issues ?? []).map((issue) => {
    const steps = (issue.path ?? []).map(({ key }) => key as string | number);
    return `${at(offsetOf(tree, steps))}: ${problem(issue, steps)}`;
  });
  if (!result.success || repeated.length > 0) throw new InputError([...repeated, ...wrong]);
  const disordered = crossProblems(result.output).map(
    ([steps, text]) => `${at(offsetOf(tree, steps))}: ${steps.join('.')} ${text}`,
  );
  if (disordered.length > 0) throw new InputError(disordered);
  return result.output;
}

/** Where a field is written; a missing one is looked for in what should hold it. */
function offsetOf(tree: Node, steps: Steps): number {
  for (let known = steps.length; known > 0; known--) {
    const node = findNodeAtLocation(tree, [...steps.slice(0, known)]);
    // A property's line is that of its name: the value may begin on another.
    if (node) return node.parent?.type === 'property' ? node.parent.offset : node.offset;
  }
  return tree.offset;
}

function problem(issue: v.BaseIssue<unknown>, steps: Steps): string {
  const field = steps.join('.') || 'the whole file';
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${field} is not a field of an incident: remove it, or check its spelling`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${field} is missing`;
  if (issue.type === 'strict_object') return `${field} must be an object`;
  const given = issue.input === undefined ? '' : ` (it is ${shortened(JSON.stringify(issue.input))})`;
  const message =
    issue.type === 'array' && !issue.message.startsWith('must') ? 'must be a list' : issue.message;
  return `${field} ${message}${given}`;
}

const shortened = (json: string): string => (json.length > 60 ? `${json.slice(0, 57)}…` : json);

/** JSON.parse keeps the last of two fields of one name and says nothing. */
function repeatedFields(node: Node): Node[] {
  const children = node.children ?? [];
  const seen = new Set<unknown>();
  const here =
    node.type === 'object'
      ? children.flatMap(({ children: [name] = [] }) => {
          if (!name) return [];
          if (seen.has(name.value)) return [name];
          seen.add(name.value);
          return [];
        })
      : [];
  return [...here, ...children.flatMap(repeatedFields)];
}
