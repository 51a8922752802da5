/** Milliseconds from a call to its answer, with the time that the service takes. */
export type LatencyModel = (region: string, service: string) => number;

/**
 * Milliseconds of a round trip from us-east-1. Assumption: rounded medians of public measurements between regions;
 * newer regions have the value of the nearest older one.
 */
const ROUND_TRIP_MS: Readonly<Record<string, number>> = {
  'us-east-1': 2,
  'us-east-2': 14,
  'us-west-1': 62,
  'us-west-2': 68,
  'ca-central-1': 16,
  'ca-west-1': 62,
  'mx-central-1': 62,
  'sa-east-1': 116,
  'eu-west-1': 70,
  'eu-west-2': 78,
  'eu-west-3': 84,
  'eu-central-1': 94,
  'eu-central-2': 100,
  'eu-north-1': 112,
  'eu-south-1': 102,
  'eu-south-2': 102,
  'il-central-1': 138,
  'me-south-1': 184,
  'me-central-1': 192,
  'af-south-1': 228,
  'ap-south-1': 196,
  'ap-south-2': 208,
  'ap-southeast-1': 220,
  'ap-southeast-2': 202,
  'ap-southeast-3': 232,
  'ap-southeast-4': 212,
  'ap-southeast-5': 226,
  'ap-southeast-6': 200,
  'ap-southeast-7': 236,
  'ap-northeast-1': 150,
  'ap-northeast-2': 178,
  'ap-northeast-3': 156,
  'ap-east-1': 206,
  'ap-east-2': 190,
};

/** For a region that is not in the table. */
const FAR_AWAY_MS = 230;

/** Assumption: the time that a control plane takes for a call, beside the round trip. */
const SERVICE_MS = 50;

/** From a caller in us-east-1 to each region. */
export const fromUsEast1: LatencyModel = (region) => (ROUND_TRIP_MS[region] ?? FAR_AWAY_MS) + SERVICE_MS;
