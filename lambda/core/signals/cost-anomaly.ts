import * as v from 'valibot';
import { idOf, listed, plain } from '../plain-text.ts';
import type { CostAnomaly } from '../signal.ts';
import { type EventEnvelope, optionalText, read } from './event.ts';

const usd = v.pipe(
  v.number('must be a number of US dollars'),
  v.maxValue(Number.MAX_VALUE, 'must be a number of US dollars'),
  v.minValue(-Number.MAX_VALUE, 'must be a number of US dollars'),
);
const schema = v.object({
  dimensionValue: optionalText,
  impact: v.object({ totalImpact: usd }),
  rootCauses: v.nullish(
    v.array(
      v.object({ service: optionalText, region: optionalText, usageType: optionalText }),
      'must be a list of causes',
    ),
  ),
});

/**
 * An event of Cost Anomaly Detection. While an anomaly grows, it comes again, each time as a new event.
 * Source: AWS Cost Management User Guide, "Using EventBridge with Cost Anomaly Detection".
 * @throws InputError when fields are missing.
 */
export function parseCostAnomaly(event: EventEnvelope): CostAnomaly {
  const { impact, rootCauses, dimensionValue } = read(schema, event.detail, 'detail.');
  const causes = (rootCauses ?? []).map(({ service, region, usageType }) =>
    [service, region && `in ${region}`, usageType && `(${usageType})`]
      .filter((part) => part)
      .map((part) => plain(`${part}`, 80))
      .join(' '),
  );
  const why = listed(causes.filter((cause) => cause !== '')) || plain(dimensionValue ?? '', 80);
  return {
    kind: 'cost-anomaly',
    id: idOf(event.id),
    at: event.time,
    region: 'global',
    text: `AWS sees $${impact.totalImpact.toFixed(2)} more spend than usual${why ? `: ${why}` : ''}.`,
    impactUsd: impact.totalImpact,
  };
}
