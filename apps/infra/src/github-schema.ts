import * as z from "zod";
import { must } from "./must.ts";

const ids = "ask GitHub: gh api repos/OWNER/NAME --jq '.owner.id, .id'";

const id = z.string(must("be a number in quotes", ids)).regex(/^[1-9]\d*$/, must("be a number in quotes", ids));

/** A repository on GitHub: names may be given to somebody else one day, the numbers never. */
export const githubSchema = z.strictObject(
  {
    owner: z
      .string(must("be the name of an account or organization", "take it from the repository's address"))
      .regex(
        /^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/,
        must("be the name of an account or organization", "take it from the repository's address"),
      ),
    name: z
      .string(must("be the name of a repository", "take it from the repository's address"))
      .regex(/^[\w.-]+$/, must("be the name of a repository", "take it from the repository's address")),
    ownerId: id,
    id,
  },
  must("be { owner, name, ownerId, id }", ids),
);
