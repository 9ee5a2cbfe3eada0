/** Where a service's images come from: an `ImageRepository`, or a repository of another account by its names. */
export interface ImageSource {
  readonly repositoryArn: string;
  readonly repositoryUrl: string;
}
