/** A Django project that is to be delivered. */
export interface App {
  /** The project's own app: its page and `/version` are known. */
  readonly own: boolean;
  /** Prefix of all its names; stacks, state and service of two projects never meet. */
  readonly project: string;
  readonly folder: string;
  readonly dockerfile: string;
  readonly containerName: string;
  readonly port: number;
  readonly healthPath: string;
  /** Replaces the image's own command. */
  readonly command: readonly string[] | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Values of the env file by name: they go to the parameter store, never into Terraform. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Name of the local environment of a project. */
export const environmentName = ({ project }: Pick<App, "project">) => `${project}-local`;

/** Name of the parameter that holds a secret. */
export const parameterName = (app: Pick<App, "project">, name: string) => `/${environmentName(app)}/web/${name}`;
