/**
 * One Lambda execution environment for one invocation: loads the unpacked asset, calls its handler with the event
 * that arrives over IPC, and sends the result or the error back.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

process.once('message', async ({ invocation, handler, root, functionArn, timeoutMs }) => {
  const deadline = Date.now() + timeoutMs;
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, AWS_LAMBDA_LOG_GROUP_NAME } =
    process.env;
  const context = {
    awsRequestId: invocation.requestId,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: AWS_LAMBDA_LOG_GROUP_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  process.send(await outcomeOf(handler, root, invocation.event, context), () => process.exit(0));
});

async function outcomeOf(handler, root, event, context) {
  try {
    const [file, name] = handler.split('.');
    const module = await import(pathToFileURL(join(root, `${file}.mjs`)).href);
    return { payload: await module[name](event, context) };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { error: { errorType: name, errorMessage: message, trace: stack.split('\n') } };
  }
}
