const body = /^(user_?data(_base64)?|content(_base64)?|template_body|environment_file|env_file|dotenv)$/i;

/** True for scripts, files and templates: the pull request shows their source; here they may hold anything. */
export function isBodyName(name: string): boolean {
  return body.test(name);
}
