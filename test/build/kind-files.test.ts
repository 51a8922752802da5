import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { kindFiles, nameProblem } from '../../build/generate/kind-files.ts';
import { inPackage } from '../../build/package.ts';

const files = kindFiles('batch-job-queue');

it('begins a kind with its folder and its test, all under its own name', () => {
  const folder = 'lambda/kinds/batch-job-queue';
  expect([...files.keys()]).toEqual([
    ...['index.ts', 'facts.ts', 'run.ts', 'restore.ts'].map((file) => `${folder}/${file}`),
    'test/kinds/batch-job-queue.test.ts',
  ]);
  const text = [...files.values()].join('');
  expect(text).toContain("name: 'batch-job-queue'");
  expect(text).toContain('export const batchJobQueueDeed: Deed<BatchJobQueueFacts, BatchJobQueueAction>');
  expect(text).toContain("service: 'batch', idOf: (resource) => /^job-queue");
  expect(text).not.toMatch(/acme|widget/i);
});

it.each([...files])('writes %s with imports that lead somewhere', (path, text) => {
  const imported = [...text.matchAll(/(?:from |import\()'(\..+?)'/g)].map(([, to = '']) =>
    join(dirname(path), to),
  );
  expect(imported.filter((file) => !files.has(file) && !existsSync(inPackage(file)))).toEqual([]);
});

it.each(['', 'ecs', 'ECS-Service', 'ecs_service', 'ecs-', '-service', 'ecs--service', '2ec-x', '../a-b'])(
  'takes no kind named %j, and says what to write',
  (name) => {
    expect(nameProblem(name)).toMatch(/is no name of a kind: write <service>-<thing> in small letters/);
  },
);

it('takes no name that is taken, and any other', () => {
  expect(nameProblem('ec2-instance')).toBe(
    'lambda/kinds/ec2-instance is there already: choose another name, or remove it first',
  );
  expect(nameProblem('batch-job-queue')).toBeUndefined();
});
