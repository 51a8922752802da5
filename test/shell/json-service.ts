import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { unlimitedClients } from '../idle-time/clients.ts';

/** A request: the operation's path (REST) or its target (JSON 1.1), and the body. */
export interface Asked {
  readonly path: string;
  readonly target: string;
  readonly body: Record<string, unknown>;
}
export interface Answer {
  readonly status?: number;
  /** The error's name in `x-amzn-errortype`. */
  readonly error?: string;
  readonly body?: unknown;
  /** Never answers. */
  readonly silent?: boolean;
}

const ENVIRONMENT = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/** A service on loopback that speaks JSON like GuardDuty (REST) and CloudTrail (JSON 1.1). */
export class JsonService {
  readonly asked: Asked[] = [];
  private readonly ended = new AbortController();
  private readonly found = ENVIRONMENT.map((name) => [name, process.env[name]] as const);

  private constructor(private readonly server: Server) {}

  static async that(answer: (asked: Asked) => Answer): Promise<JsonService> {
    const server = createServer();
    const service = new JsonService(server);
    server.on('request', async (request: IncomingMessage, response) => {
      const body = await text(request);
      const asked: Asked = {
        path: `${request.method} ${request.url}`,
        target: `${request.headers['x-amz-target'] ?? ''}`,
        body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
      };
      service.asked.push(asked);
      const { status = 200, error, body: said = {}, silent } = answer(asked);
      if (silent) return;
      response.statusCode = status;
      if (error) response.setHeader('x-amzn-errortype', error);
      response.setHeader('x-amzn-requestid', `request-${service.asked.length}`);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAIOSFODNN7EXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    return service;
  }

  get clients(): Clients {
    return unlimitedClients(systemClock, this.ended.signal);
  }

  async close(): Promise<void> {
    this.ended.abort();
    for (const [name, value] of this.found)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
