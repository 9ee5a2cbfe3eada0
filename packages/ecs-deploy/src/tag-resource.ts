import { type ECSClient, type Tag, TagResourceCommand } from "@aws-sdk/client-ecs";
import { failureOf, type Log } from "@slipway/core";

/** Writes a note into a resource's tags. A note that cannot be written is a warning: what it notes has happened. */
export async function tagResource(ecs: ECSClient, resourceArn: string, tag: Tag, log: Log): Promise<void> {
  try {
    await ecs.send(new TagResourceCommand({ resourceArn, tags: [tag] }));
  } catch (error) {
    log.warning(`Tag ${tag.key} of ${resourceArn} could not be written: ${failureOf(error).message}`);
  }
}
