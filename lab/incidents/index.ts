import { fileURLToPath } from 'node:url';

/** The incidents that come with this project, in the order in which they are shown. */
export const INCIDENT_NAMES: readonly string[] = [
  'leaked-key',
  'takeover',
  'miners',
  'calm-hobby',
  'calm-gpu-afternoon',
  'calm-gpu-allowed',
  'calm-year',
];

/** Where such an incident's file is. */
export const incidentPath = (name: string): string => fileURLToPath(new URL(`${name}.json`, import.meta.url));
