import { errorFacts } from '../../lambda/core/model.ts';
import type { ListenedClient } from '../../lambda/shell/calls/clients.ts';
import { plain } from '../terminal/lines.ts';

/**
 * Tells of each call that is made again or fails, with the cause: `--verbose`.
 * @param tell gets one line at a time
 * @returns what `Clients` calls for each client that it makes.
 */
export const tellTroubles =
  (tell: (line: string) => void) =>
  ({ config, middlewareStack }: ListenedClient, region: string): void => {
    const nameOf = (command = '') => `${config.serviceId} ${command.replace(/Command$/, '')} in ${region}`;
    // Between the retries and the wire: once for each attempt of a call.
    middlewareStack.add(
      (next, { commandName }) => {
        let attempts = 0;
        let cause: string | undefined;
        return async (args) => {
          attempts += 1;
          if (cause) tell(`attempt ${attempts}: ${nameOf(commandName)}, after ${cause}`);
          try {
            return await next(args);
          } catch (thrown) {
            cause = causeOf(thrown);
            throw thrown;
          }
        };
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          try {
            return await next(args);
          } catch (thrown) {
            tell(`failed: ${nameOf(commandName)}: ${causeOf(thrown)}`);
            throw thrown;
          }
        },
      { step: 'initialize' },
    );
  };

/** With what lies behind it: a host with several addresses has an error for each, and says nothing itself. */
function causeOf(thrown: unknown): string {
  const { cause, errors = [] } = thrown as { readonly cause?: unknown; readonly errors?: readonly unknown[] };
  const behind = [...errors, ...(cause === undefined ? [] : [cause])].map((each) => errorFacts(each).error);
  const { error } = errorFacts(thrown);
  return plain([error, ...behind.filter((each) => !error.includes(each))].join('; '));
}
