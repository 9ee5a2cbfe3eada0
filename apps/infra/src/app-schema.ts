import { posix } from "node:path";
import * as z from "zod";
import { must } from "./must.ts";

const listMust = must("be a list of words", 'write ["python", "manage.py", "test"]');

/** Neither an address nor an option: docker takes either in a path's place. */
const pathPattern = /^(?!-)[\p{L}\p{N}._+@/-]+$/u;

/** A path with / between its parts, without . and without a / at its end. */
function pathLike(message: string) {
  return z
    .string(message)
    .regex(pathPattern, message)
    .refine((text) => !text.startsWith("/"), message)
    .transform((text) => posix.normalize(text).replace(/(.)\/$/, "$1"));
}

const isOutside = (text: string) => text === ".." || text.startsWith("../");

/** A path from the repository's root to something in it. */
export function repositoryPath(example: string) {
  const message = must("be a path without spaces inside the repository", `write for example ${example}`);
  return pathLike(message).refine((text) => !isOutside(text), message);
}

const path = pathLike(must("be a path without spaces inside the repository", "write for example apps/web"));

/** Where the Django project is and how its image is built; all services run this one image. */
export const appSchema = z
  .strictObject(
    {
      /** The project's folder, from the repository's root. */
      folder: repositoryPath("apps/web"),
      /** From `folder`. */
      dockerfile: path.default("Dockerfile"),
      /** What the build may read, from `folder`. */
      context: path.default("."),
      /** Stage of the Dockerfile to deploy. @default the last one */
      target: z
        .string(must("be the name of a stage", "leave it out for the last one"))
        .regex(
          /^[a-zA-Z][\w.-]*$/,
          must("be the name of a stage of the Dockerfile", "take it from the line FROM … AS …"),
        )
        .optional(),
      /** Anybody who can pull the image can read these. */
      buildArgs: z
        .record(
          z.string().regex(/^[a-zA-Z_]\w*$/, must("be letters, digits and _, no digit first", "rename it")),
          z
            .string(must("be a text", "put it in quotes"))
            .regex(
              /^(?! )[^\r\n"]*(?<! )$/,
              must('be one line without " and without spaces at its ends', "shorten it"),
            ),
          must("be names with values", 'write { NAME: "value" }'),
        )
        .default({}),
    },
    must("be { folder }", 'write for example { folder: "apps/web" }'),
  )
  .superRefine(({ folder, dockerfile, context }, issues) => {
    for (const [field, value] of Object.entries({ dockerfile, context })) {
      if (isOutside(folder) || !isOutside(posix.join(folder, value))) continue;
      const message = must(`stay inside the repository, seen from ${folder}`, "take some ../ away");
      issues.addIssue({ code: "custom", path: [field], message });
    }
  });

/** A program and its arguments, no line for a shell. */
export const testCommandSchema = z.array(z.string(listMust), listMust).min(1, listMust);
