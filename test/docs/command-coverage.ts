/** Who runs a documented command: `first-hour` follows it word for word on ministack, `.ci/run` holds it as a step. */
export type Runner = 'first-hour' | '.ci/run';

/** Why nothing here runs a documented command. */
interface NotRun {
  readonly notRun: string;
}

const AWS_SIGN_IN: NotRun = { notRun: "AWS's own sign-in, in a browser" };
const REGISTRY: NotRun = { notRun: 'it asks a registry for packages' };
const WRITES: NotRun = {
  notRun: 'it writes a document of this repository; the run without --write is tested',
};
const HOURS: NotRun = { notRun: 'it takes hours; test/long plays samples of it' };
const SHAPE: NotRun = { notRun: 'it names a command, and is none' };

/** Every command of the documents, word for word. */
export const COVERAGE: Readonly<Record<string, Runner | NotRun>> = {
  // To begin with.
  'git clone <address of this repository> killswitch && cd killswitch': REGISTRY,
  'git clone <address of this repository> killswitch && cd killswitch && npm ci': REGISTRY,
  'git pull && npm ci && npx cdk deploy': REGISTRY,
  'npm install --prefix ~/node24 node@24 && export PATH=~/node24/node_modules/node/bin:$PATH': REGISTRY,
  'npm install --save-exact @aws-sdk/client-ecs': REGISTRY,
  'npm ci': '.ci/run',
  'npm ci --omit=dev': '.ci/run',
  'npm ci && npm test': '.ci/run',
  'npm ci && npm run drill': '.ci/run',
  'node --version': 'first-hour',
  'export AWS_PROFILE=its-name': 'first-hour',
  'export AWS_PROFILE=you': 'first-hour',
  './killswitch plan --profile work': 'first-hour',
  'eval "$(./killswitch completion bash)"': 'first-hour',
  './killswitch completion fish | source': {
    notRun: 'fish may be missing; test/cli/completion prints the script',
  },
  'export NODE_EXTRA_CA_CERTS=its-certificate.pem': 'first-hour',
  'export AWS_ACCESS_KEY_ID=AKIA… AWS_SECRET_ACCESS_KEY=…': 'first-hour',
  'aws sso login --profile its-name': AWS_SIGN_IN,
  'aws login': AWS_SIGN_IN,
  'aws sts get-caller-identity': 'first-hour',
  // An emergency, and the undo.
  './killswitch plan': 'first-hour',
  './killswitch fire': 'first-hour',
  './killswitch fire --deployed': 'first-hour',
  './killswitch incidents': 'first-hour',
  './killswitch restore ks-… --dry-run': 'first-hour',
  './killswitch restore ks-…': 'first-hour',
  './killswitch restore ks-… --key AKIA…': 'first-hour',
  './killswitch restore ks-… --user alice': 'first-hour',
  './killswitch restore <incident>': SHAPE,
  './killswitch <command>': SHAPE,
  './killswitch …': SHAPE,
  'npx killswitch': SHAPE,
  // The deployed switch.
  'cp killswitch.config.sample.json killswitch.config.json': 'first-hour',
  'npx cdk bootstrap aws://ACCOUNT-ID/us-east-1 --app ""': 'first-hour',
  'npx cdk deploy': 'first-hour',
  'npx cdk deploy --all': 'first-hour',
  'npx cdk deploy -c email=me@example.com -c monthlyBudgetUsd=50 -c allow.accessKeys=AKIA…,AKIA…':
    'first-hour',
  'npx cdk deploy --revert-drift': 'first-hour',
  'npx cdk deploy -c killswitch:replaceCode=2026-11-27': 'first-hour',
  'aws sns subscribe': SHAPE,
  'aws lambda invoke': SHAPE,
  './killswitch status': 'first-hour',
  './killswitch test-alarm': 'first-hour',
  './killswitch allow 20usd --for 3h --region us-west-2 --reason "training run"': 'first-hour',
  './killswitch allow --list': 'first-hour',
  './killswitch allow --end allow-20260131-235959-1f3a': 'first-hour',
  './killswitch uninstall': 'first-hour',
  // Whoever works on it.
  'npm run lint': '.ci/run',
  'npm run lint && npm run typecheck && npm test': '.ci/run',
  'npm run drill': '.ci/run',
  'npm run drill -- --account moto': '.ci/run',
  'npm run test:long': '.ci/run',
  'npm run seeds -- --count 24': '.ci/run',
  'bash .ci/run': { notRun: 'it is what runs all of this' },
  'npm run seeds -- --count 200': HOURS,
  'npm run faults': HOURS,
  'npm run faults -- --ticks': HOURS,
  'npm run replay': HOURS,
  'npm run replay calm-year': HOURS,
  'npm run replay -- --json': HOURS,
  'npm run bench -- --write': WRITES,
  'npm run replay -- --write': WRITES,
  'npm run idle-cost -- --write': WRITES,
  'npm run scale -- --all --at-most 20000 --write': HOURS,
  'npm run prices': REGISTRY,
  'npm run generate': { notRun: 'it writes; test/docs compares what it would write' },
  'npm run format': WRITES,
  'npm run new-kind': SHAPE,
  'npm run new-kind -- ecs-service': { notRun: 'it writes a kind; a test writes one elsewhere' },
  'npx vitest run test/kinds/ecs-service.test.ts': { notRun: 'the kind of the example is not there' },
};
