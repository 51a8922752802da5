import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONFIG_SCHEMA_FILE, configSchema } from '../../build/generate/config-schema.ts';

describe('the committed JSON schema', () => {
  it('is the one that the settings give: run `npm run generate` after changing them', () => {
    expect(JSON.parse(readFileSync(CONFIG_SCHEMA_FILE, 'utf8'))).toEqual(configSchema());
  });

  it('knows what is required, what may be chosen, and that nothing else is allowed', () => {
    expect(configSchema()).toMatchObject({
      required: ['email', 'monthlyBudgetUsd'],
      additionalProperties: false,
      properties: {
        mode: { enum: ['stop', 'terminate', 'dry-run'], default: 'stop' },
        monthlyBudgetUsd: { type: 'number', minimum: 1 },
        allow: { additionalProperties: false, properties: { accessKeys: { type: 'array' } } },
      },
    });
  });
});
