import type { Store } from '../../lambda/shell/journal/store.ts';
import type { S3 } from '../../simulated-aws/services/s3/s3.ts';

/** A bucket of a simulated account as a journal, without calls: no time passes. */
export class BucketStore implements Store {
  constructor(
    private readonly s3: S3,
    private readonly bucket: string,
  ) {}

  get location(): string {
    return `s3://${this.bucket}/`;
  }

  put(key: string, text: string, { ifAbsent = false } = {}): Promise<boolean> {
    if (ifAbsent && this.s3.find(this.bucket, key)) return Promise.resolve(false);
    this.s3.put(this.bucket, key, Buffer.from(text));
    return Promise.resolve(true);
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.s3.find(this.bucket, key)?.body.toString('utf8'));
  }

  list(prefix: string): Promise<string[]> {
    return Promise.resolve(this.s3.list(this.bucket, prefix).map(({ key }) => key));
  }
}
