const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** The message that AWS Budgets publishes: prose, without any field that a program could rely on. */
export function budgetMessage(budget: {
  readonly account: string;
  readonly name: string;
  readonly limitUsd: number;
  readonly actualUsd: number;
  readonly thresholdPercent?: number;
  readonly at?: Date;
}): { readonly Subject: string; readonly Message: string } {
  const { account, name, limitUsd, actualUsd, thresholdPercent = 100, at = new Date() } = budget;
  const threshold = usd.format((limitUsd * thresholdPercent) / 100);
  const date = at.toLocaleDateString('en-US', {
    year: 'numeric',
    month: 'long',
    day: '2-digit',
    timeZone: 'UTC',
  });
  return {
    Subject: `AWS Budgets: ${name} has exceeded your alert threshold`.slice(0, 100), // SNS takes 100 characters
    Message: `AWS Budget Notification ${date}
AWS Account ${account}

Dear AWS Customer,

You requested that we alert you when the ACTUAL Cost associated with your ${name} budget is greater than ${threshold} for the current month. The ACTUAL Cost associated with this budget is ${usd.format(actualUsd)}. You can find additional details below and by accessing the AWS Budgets dashboard [1].

Budget Name: ${name}
Budget Type: Cost
Budgeted Amount: ${usd.format(limitUsd)}
Alert Type: ACTUAL
Alert Threshold: > ${threshold}
ACTUAL Amount: ${usd.format(actualUsd)}

[1] https://console.aws.amazon.com/billing/home#/budgets
`,
  };
}
