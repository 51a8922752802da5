/** Who signed a request, for which service and region: the credential scope of Signature Version 4. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name. */
  readonly service: string;
}

const SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * Reads the scope off the Authorization header, or off the query of a presigned address; undefined for a request that
 * is not signed. The signature itself is not checked. Source: IAM user guide, "Elements of an AWS API request signature".
 */
export function credentialScope(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): CredentialScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const [, accessKeyId, region, service] = SCOPE.exec(credential) ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}

/** An S3 request's bucket, from the host name or the path, and the path below the bucket. */
export function bucketOf(host: string, path: string): { readonly bucket?: string; readonly path: string } {
  const inHost = /^(.+?)\.(?:s3[.-].*amazonaws\.com|localhost)(?::\d+)?$/.exec(host)?.[1];
  if (inHost) return { bucket: inHost, path };
  const [, bucket, below = ''] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return bucket ? { bucket: decodeURIComponent(bucket), path: below || '/' } : { path };
}
