import { FAMILIES, PRICES_DATED, REGIONS, REGIONS_DATED } from '../../lambda/core/prices/price-table.ts';
import { markdownTable } from '../markdown-table.ts';
import {
  type Deviation,
  deviations,
  MOST_BELOW,
  PUBLISHED,
  PUBLISHED_ODD,
  type Published,
} from '../prices/published-prices.ts';

/** The regions that most published prices are of. */
const COLUMNS = [
  'us-east-1',
  'eu-west-1',
  'eu-central-1',
  'ap-northeast-1',
  'ap-southeast-2',
  'ap-south-1',
  'sa-east-1',
];

/** docs/prices.md: where the prices come from, and how far they are off. */
export function pricesPage(): string {
  const all = deviations(PUBLISHED);
  const odd = deviations(PUBLISHED_ODD);
  const [worst] = all;
  const median = all[Math.floor(all.length / 2)]?.part ?? 0;
  const types = [...new Set(all.map(({ type }) => type))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return `# Prices

What an instance costs is estimated without asking anybody, and refined by the Price List API where that is allowed.
Linux, shared tenancy, on-demand, US dollars an hour, before discounts and taxes; no disks, no traffic. Spot counts half.

## Where they come from
- \`lambda/core/prices/price-table.ts\`, ${FAMILIES.length + REGIONS.length} bytes of figures: a family's price is linear in vCPU, and the sizes that
  are off that line (GPUs, metal) stand by themselves. us-east-1 as of ${PRICES_DATED}; what a region multiplies that by as of
  ${REGIONS_DATED}. The file names its sources.
- \`pricing:GetProducts\`, at most every 30 days for a type in a region. It moves a price to half and to twice of the table's
  at most: what was learned lies where an intruder with admin rights may write.
- A family that the table does not know costs a quarter more than its dearest kin (letters alike) at that size, or what
  its shape in \`ec2:DescribeInstanceTypes\` costs at dear rates; never less than half of its cheapest kin at that size.
- Bare metal that the table does not list costs a tenth more than the virtual size; without a number in its name
  (\`u-9tb1.metal\`) it is the whole host, as dear as the dearest size. Mac has the price of its dedicated host.

\`npm run prices\` rewrites the table from the Price List API, with credentials that may call \`pricing:GetProducts\`.
It takes the host for a family that has no other price. Families and regions that are not in the answer stay as they were.
Then \`npm run generate\`.

## How far they are off
${all.length} published prices of ${types.length} types, which the table was not made from. The worst is ${worst ? `${worst.type} in ${worst.region}, ${percent(worst.part)}` : 'none'};
half of all are within ${percent(Math.abs(median), '')}.

${sources(PUBLISHED)}

What this does not prove: the second source comes with the package that the regions' factors were taken from, in tables of
their own; and the prices of P4, P5 and later in other regions than us-east-1 assume that AWS cut them alike in June 2025.

${markdownTable(
  ['type', ...COLUMNS],
  types.map((type) => row(type, all)),
  { rightFrom: 1 },
)}

Elsewhere: ${elsewhere(all)}.

## Bare metal, whole hosts, and families that do not scale
${odd.length} published prices of ${new Set(odd.map(({ type }) => type)).size} types, among them all bare metal of us-east-1. An estimate errs upwards: none may be
below the published price by more than the fit's rounding, ${percent(MOST_BELOW.home, '')} in us-east-1 and ${percent(MOST_BELOW.elsewhere, '')} in other regions.
Furthest below: ${furthest(odd, ({ part }) => -part)}. Furthest above:
${furthest(odd, ({ part }) => part)}.

${sources(PUBLISHED_ODD)}

Known to be too dear: u-24tb1.metal, whose host is listed at a third of u-24tb1.112xlarge, which runs on it. r8gb.metal-24xl
is published at twice its virtual size, so we say so, too. i3 in sa-east-1 is compared with a price of before June 2019.

Not in these prices: a dedicated host bills from its allocation until its release, for Mac at least 24 hours (EC2 User Guide,
EC2 Mac instances), so stopping a Mac does not end its bill. Dedicated tenancy, and other types on a dedicated host.
`;
}

const sources = (published: Published): string =>
  published.map(({ source, dated, note }) => `- ${source} (${dated}). ${note}`).join('\n');

const furthest = (all: readonly Deviation[], by: (each: Deviation) => number): string =>
  [...all]
    .sort((a, b) => by(b) - by(a))
    .slice(0, 3)
    .map(({ type, region, part }) => `${type} in ${region} ${percent(part)}`)
    .join(', ');

function row(type: string, all: readonly Deviation[]): string[] {
  const cells = COLUMNS.map((region) => {
    const found = all.find((each) => each.type === type && each.region === region);
    return found ? percent(found.part) : '';
  });
  return [type, ...cells];
}

const elsewhere = (all: readonly Deviation[]): string =>
  all
    .filter(({ region }) => !COLUMNS.includes(region))
    .map(({ type, region, part }) => `${type} in ${region} ${percent(part)}`)
    .join(', ');

function percent(part: number, plus = '+'): string {
  const value = (part * 100).toFixed(1);
  if (Number(value) === 0) return '0 %';
  return `${part > 0 ? plus : ''}${value.replace('-', '−')} %`;
}
