export const ALLOW = ['allow', '30usd', '--for', '3h', '--region', 'us-east-1'];

export type Refused = readonly [title: string, args: readonly string[], message: string];

/** What is refused before anything of AWS is needed. */
export const REFUSED_UNREAD: readonly Refused[] = [
  ['an unknown command', ['explode'], "unknown command 'explode'"],
  ['no command', [], 'Usage: killswitch'],
  ['an unknown flag', ['fire', '--yes', '--now'], "unknown option '--now'"],
  ['an excess argument', ['plan', 'everything'], 'too many arguments'],
  ['an unknown mode', ['fire', '--yes', '--mode', 'halt'], "argument 'halt' is invalid"],
  ['a word that is no region', ['fire', '--yes', '--region', 'Ohio'], '"Ohio" is not a region'],
  [
    'a resource of no kind',
    ['fire', '--yes', '--allow-resource', 'i-0a1b2c3d4e5f67890'],
    'is neither an ARN nor kind/region/id',
  ],
  [
    'a misspelt kind, after one that is known',
    [
      'fire',
      '--yes',
      ...['--allow-resource', 'ec2-instance/us-east-1/i-0a1b2c3d4e5f67890'],
      ...['--allow-resource', 'ec2-instanse/us-east-1/i-0a1b2c3d4e5f67890'],
    ],
    '"ec2-instanse/us-east-1/i-0a1b2c3d4e5f67890" is of no kind that killswitch can stop',
  ],
  ['a malformed key id', ['fire', '--yes', '--allow-key', 'AKIA123'], '"AKIA123" is not an access key id'],
  [
    'a malformed user ARN',
    ['fire', '--yes', '--allow-user', 'arn:aws:iam::1:role/x'],
    'is neither a user name nor a',
  ],
  [
    'a malformed instance id',
    ['fire', '--yes', '--allow-instance', 'i-xyz'],
    '"i-xyz" is not an instance id',
  ],
  [
    'a timeout that is none',
    ['fire', '--yes', '--timeout', 'soon'],
    '"soon" is not a whole number of seconds',
  ],
  ['a malformed stack name', ['status', '--stack', 'my stack'], '"my stack" is not a stack name'],
  ['fire without --yes and a terminal', ['fire'], 'there is no terminal to ask on: add --yes'],
  ['restore without --yes and a terminal', ['restore', 'ks-1'], 'there is no terminal to ask on: add --yes'],
  ['restore of nothing', ['restore'], "missing required argument 'incident'"],
  ['an incident that is a path', ['restore', '../ks-1', '--yes'], '"../ks-1" is not an incident'],
  [
    'a malformed key to restore',
    ['restore', 'ks-1', '--yes', '--key', 'mine'],
    '"mine" is not an access key id',
  ],
  [
    'one key and all keys',
    ['restore', 'ks-1', '--yes', '--all-keys', '--key', 'AKIAIOSFODNN7EXAMPLE'],
    "cannot be used with option '--all-keys'",
  ],
  ['an amount that is none', ['allow', '30eur', '--for', '3h'], '"30eur" is not an amount of US dollars'],
  ['a duration that is none', ['allow', '30usd', '--for', '3 days'], '"3 days" is not a duration'],
  ['an allowance in no region', ['allow', '30usd', '--region', 'us-east-9'], '"us-east-9" is not a region'],
  ['an allowance without a reason', [...ALLOW, '--yes'], '--reason: is required'],
  ['an allowance of nothing', ['allow', '--yes'], 'amount: is required'],
  ['an amount to list', ['allow', '30usd', '--list'], 'amount: goes neither with --list nor with --end'],
  ['a list that ends', ['allow', '--list', '--end', 'allow-1'], "cannot be used with option '--end <id>'"],
  ['an end that is a path', ['allow', '--end', '../x', '--yes'], '"../x" is not an allowance'],
  [
    'allow without --yes and a terminal',
    [...ALLOW, '--reason', 'mine'],
    'there is no terminal to ask on: add --yes',
  ],
];
