import { type Defence, playWithout } from './defence.ts';
import { createMailingBudget } from './email.ts';

export const nobody: Defence = {
  name: 'nobody',
  label: 'nobody acts until it is noticed',
  labelJa: '気づくまで放置',
  about:
    'No alarm is set, or nobody reads it. The owner notices as in the story, and cleans up by hand as the incident’s file says.',
  play: (incident) =>
    playWithout('nobody', incident, (played) => {
      if (incident.owner.hadAlarm) createMailingBudget(played);
      played.discoverAsInTheStory();
    }),
};
