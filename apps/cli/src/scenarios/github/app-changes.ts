import { Failure } from "@slipway/core";
import type { Change } from "../pull-requests.ts";

const views = "apps/web/health/views.py";
const gunicorn = "apps/web/gunicorn.conf.py";

/** What the story does to the app. Each works on main as the step before left it. */
export const appChanges = {
  /** Well, says the health check, which does not come by here. */
  brokenVersion: change(views, "Say the version shorter", "settings.IMAGE_DIGEST,", "settings.DIGEST,"),
  workingVersion: change(views, "Say the version as before", "settings.DIGEST,", "settings.IMAGE_DIGEST,"),
  /** The classic: it listens where only the container itself hears it. */
  deafServer: change(gunicorn, "Listen locally only", 'bind = f"0.0.0.0:', 'bind = f"127.0.0.1:'),
  listeningServer: change(gunicorn, "Listen for the load balancer", 'bind = f"127.0.0.1:', 'bind = f"0.0.0.0:'),
};

function change(path: string, message: string, from: string, to: string): Change {
  return {
    path,
    message,
    rewrite: (text) => {
      if (text.includes(from)) return text.replace(from, to);
      throw new Failure(
        `${path} must hold what the story edits (${from})`,
        "undo your edit of that line to see the story",
      );
    },
  };
}
