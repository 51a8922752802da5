import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Clients, type Wire } from '../../lambda/shell/calls/clients.ts';
import type { Clock } from '../../lambda/shell/clock.ts';

/** The way to AWS without the seconds that the engine's own gives a connection and a call: who answers is not too late. */
class UnlimitedHandler extends NodeHttpHandler implements Wire {
  answered = 0;

  constructor() {
    const agent = { maxSockets: 500, keepAlive: true };
    super({ httpAgent: agent, httpsAgent: agent });
  }

  override async handle(...args: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...args);
    this.answered += 1;
    return answer;
  }
}

/** Clients of an engine whose other side is a real server, as slow as this machine makes it. */
export const unlimitedClients = (clock: Clock, deadline: AbortSignal): Clients =>
  new Clients(clock, deadline, new UnlimitedHandler());
