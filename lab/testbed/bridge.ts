import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { readBody, request, serveOnLoopback } from '../../simulated-aws/host/loopback.ts';
import { lambdaEventOf, type SnsNotification } from '../../simulated-aws/services/sns/sns-event.ts';
import { type LambdaOptions, LambdaService } from './lambda-service.ts';

/** Lambda for moto, which has none without docker: runs deployed code for SNS notifications and for Invoke. */
export interface Bridge {
  /** For AWS_ENDPOINT_URL_LAMBDA; what is not Invoke is passed on to moto. */
  readonly url: string;
  readonly lambda: LambdaService;
  /** Where an SNS `http` subscription delivers to this function. */
  snsEndpoint(functionName: string): string;
  stop(): Promise<void>;
}

/** Starts the bridge on a free loopback port. */
export async function startBridge(options: LambdaOptions): Promise<Bridge> {
  const lambda = new LambdaService(options);
  const server = createServer((incoming, outgoing) => {
    route(lambda, incoming, outgoing).catch((thrown: unknown) => {
      const isMissing = thrown instanceof ResourceNotFoundException;
      outgoing.writeHead(isMissing ? 404 : 500, {
        'x-amzn-errortype': isMissing ? thrown.name : 'ServiceException',
      });
      outgoing.end(JSON.stringify({ message: String(thrown) }));
    });
  });
  const { url, close } = await serveOnLoopback(server);
  return {
    url,
    lambda,
    snsEndpoint: (functionName) => `${url}/sns/${functionName}`,
    stop: async () => {
      await lambda.stop();
      await close();
    },
  };
}

async function route(
  lambda: LambdaService,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming;
  outgoing.setHeader('x-amzn-requestid', randomUUID());
  const body = await readBody(incoming);
  const subscriber = /^\/sns\/([^/?]+)$/.exec(path)?.[1];
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
  if (subscriber) {
    const message = JSON.parse(body.toString()) as SnsNotification;
    // A subscription's confirmation, which moto makes by itself, needs no answer but this one.
    if (message.Type === 'Notification') lambda.invokeAsync(subscriber, lambdaEventOf(message));
    outgoing.writeHead(200).end();
  } else if (invoked) {
    const event: unknown = body.length > 0 ? JSON.parse(body.toString()) : {};
    await invoke(
      lambda,
      functionNameOf(decodeURIComponent(invoked)),
      event,
      headers['x-amz-invocation-type'],
      outgoing,
    );
  } else {
    const answer = await request(`${lambda.options.motoUrl}${path}`, { method, headers, body });
    outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }
}

/** Source: Lambda API, Invoke: 202 for Event, 204 for DryRun, 200 with X-Amz-Function-Error when the code failed. */
async function invoke(
  lambda: LambdaService,
  functionName: string,
  event: unknown,
  type: string | string[] | undefined,
  outgoing: ServerResponse,
): Promise<void> {
  await lambda.deployed(functionName);
  if (type === 'DryRun') outgoing.writeHead(204).end();
  else if (type === 'Event') {
    lambda.invokeAsync(functionName, event);
    outgoing.writeHead(202).end();
  } else {
    const { error, payload = null } = await lambda.invoke(functionName, event);
    if (error) outgoing.setHeader('x-amz-function-error', 'Unhandled');
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(error ?? payload));
  }
}

/** A name, or an ARN with or without a qualifier. */
function functionNameOf(reference: string): string {
  const name = reference.split(':function:').at(-1) ?? reference;
  return name.split(':')[0] ?? name;
}
