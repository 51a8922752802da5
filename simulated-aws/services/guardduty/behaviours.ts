import type { Behaviour } from '../../core/behaviour.ts';

export const GUARDDUTY_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'guardduty-detectors',
    claim: 'a region has one detector where GuardDuty is turned on, and none elsewhere',
    source: 'API_ListDetectors',
  },
  {
    id: 'guardduty-event',
    claim:
      'a new finding is an event on the default bus of its region, with all of the finding as its detail',
    source:
      'GuardDuty user guide: Processing GuardDuty findings with Amazon EventBridge; assumption: at once, where AWS says near real-time',
  },
  {
    id: 'guardduty-criteria',
    claim: 'findings are listed by type, severity, archive and time in milliseconds, the newest first',
    source: 'API_ListFindings',
  },
  {
    id: 'guardduty-pages',
    claim: 'findings are listed in pages of 50, with an empty token on the last, and got up to 50 at once',
    source: 'API_ListFindings, API_GetFindings',
  },
  {
    id: 'guardduty-unknown-detector',
    claim: 'an unknown detector, or one of another region, is a BadRequestException',
    source: 'API_ListFindings, Errors; assumption: the wording is that of public reports',
  },
];
