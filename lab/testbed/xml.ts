/**
 * Just enough XML for AWS query answers, which have no attributes inside lists, no CDATA and no comments:
 * find an element, and split it into its direct children.
 */

/** The first element of that name, with where its content lies; undefined when there is none. */
export function findElement(
  xml: string,
  name: string,
): { readonly start: number; readonly end: number; readonly content: string } | undefined {
  const empty = xml.indexOf(`<${name}/>`);
  if (empty >= 0) return { start: empty, end: empty + name.length + 3, content: '' };
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return undefined;
  const contentStart = start + name.length + 2;
  let depth = 1;
  const tag = new RegExp(`<(/?)${name}>`, 'g');
  tag.lastIndex = contentStart;
  for (let found = tag.exec(xml); found; found = tag.exec(xml)) {
    depth += found[1] ? -1 : 1;
    if (depth === 0) return { start, end: tag.lastIndex, content: xml.slice(contentStart, found.index) };
  }
  return undefined;
}

/** The content of each direct child called `name`. */
export function childrenOf(content: string, name: string): string[] {
  const children: string[] = [];
  for (let rest = content; ; ) {
    const child = findElement(rest, name);
    if (!child) return children;
    children.push(child.content);
    rest = rest.slice(child.end);
  }
}

/** Puts other content into the first element of that name. */
export function replaceContent(xml: string, name: string, content: string): string {
  const element = findElement(xml, name);
  if (!element) return xml;
  return `${xml.slice(0, element.start)}<${name}>${content}</${name}>${xml.slice(element.end)}`;
}
