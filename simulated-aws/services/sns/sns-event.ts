/** What SNS posts to an `http` subscription. Source: SNS developer guide, "HTTP/HTTPS notification JSON format". */
export interface SnsNotification {
  readonly Type: string;
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly UnsubscribeURL: string;
  readonly MessageAttributes?: Readonly<Record<string, unknown>>;
}

/**
 * The event that Lambda makes of a notification. Source: Lambda developer guide, "Using AWS Lambda with Amazon SNS".
 */
export function lambdaEventOf(notification: SnsNotification) {
  const { SigningCertURL, UnsubscribeURL, Subject, MessageAttributes, ...same } = notification;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${notification.TopicArn}:00000000-0000-4000-8000-000000000000`,
        Sns: {
          ...same,
          Subject: Subject ?? null,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: MessageAttributes ?? {},
        },
      },
    ],
  };
}
