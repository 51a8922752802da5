import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../lambda/kinds/index.ts';

const FOLDER = fileURLToPath(new URL('../../lambda/kinds/', import.meta.url));
const SERVICES: Readonly<Record<string, string[]>> = {
  'ec2-auto-scaling-group': ['autoscaling'],
  'ec2-instance': ['ec2'],
  'ec2-spot-request': ['ec2'],
  'iam-access-key': ['iam'],
  'iam-root-key': ['iam'],
  'iam-user': ['iam'],
};
/** Whatever holds data outlives us. */
const DESTROYS =
  /:(Delete(?!UserPermissionsBoundary)|Purge|Deregister|Release|Detach(?!UserPolicy)|RunInstances|Create)/;

describe.each(kinds)('the kind $name', (kind) => {
  const grants = [
    ...kind.permissions.discover,
    ...Object.values(kind.permissions.act).flat(),
    ...kind.permissions.restore,
  ];

  it('is in the file of its name', () => {
    expect(readdirSync(FOLDER)).toContain(`${kind.name}.ts`);
  });

  it('is named so that a person understands it', () => {
    expect(kind.name).toMatch(/^(ec2|iam)(-[a-z]+)+$/);
    expect(kind.title.length).toBeGreaterThan(kind.name.length / 2);
    expect(kind.scope).toBe(kind.name.startsWith('iam-') ? 'global' : 'regional');
  });

  it('declares permissions by exact names, of its own service', () => {
    expect(grants.length).toBeGreaterThan(0);
    for (const { action } of grants) {
      expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      expect(SERVICES[kind.name]).toContain(action.split(':')[0]);
    }
  });

  it('may destroy nothing that holds data', () => {
    for (const { action } of grants) expect(action).not.toMatch(DESTROYS);
  });

  it('narrows what could be misused', () => {
    const acting = Object.values(kind.permissions.act).flat();
    for (const { action, condition } of acting)
      if (/AttachUserPolicy|PutUserPermissionsBoundary|ModifyInstanceAttribute/.test(action))
        expect(condition).toBeDefined();
  });

  it('discovers what it plans, and declares what it needs for that', () => {
    expect(kind.discover === undefined).toBe(kind.plan === undefined);
    expect(kind.permissions.discover.length > 0).toBe(kind.discover !== undefined);
  });
});

describe('the kinds', () => {
  it('have names of their own', () => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  });

  it('come launchers first: restore runs through them backwards, machines before the groups that own them', () => {
    const at = (name: string) => kinds.findIndex((kind) => kind.name === name);
    expect(at('ec2-auto-scaling-group')).toBeLessThan(at('ec2-instance'));
    expect(at('ec2-spot-request')).toBeLessThan(at('ec2-instance'));
    expect(at('iam-user')).toBeLessThan(at('iam-access-key'));
  });
});
