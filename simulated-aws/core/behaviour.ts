/** One thing that the simulated account claims to do as AWS does. Each has exactly one test, titled by the claim. */
export interface Behaviour {
  /** Starts with the service: `ec2-stop-refuses-protected`. */
  readonly id: string;
  readonly claim: string;
  /** The page of AWS's documentation, or `assumption: …` where AWS says nothing. */
  readonly source: string;
}
