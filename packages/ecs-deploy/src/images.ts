export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** Set when the image lies in a private ECR registry. */
  readonly ecr: { readonly account: string; readonly region: string; readonly repositoryName: string } | undefined;
}

const pattern =
  /^((?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/i;
const ecrPattern = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/(.+)$/;

/** The parts of an image URI; undefined when it is none. */
export function imageReference(uri: string): ImageReference | undefined {
  const match = pattern.exec(uri);
  if (!match) return undefined;
  const [, repository = "", tag = "", digest = ""] = match;
  const [, account, region, repositoryName] = ecrPattern.exec(repository) ?? [];
  const ecr = account && region && repositoryName ? { account, region, repositoryName } : undefined;
  return { repository, tag, digest, ecr };
}
