import type { Topic } from "../../ipc";
import { m } from "../../paraglide/messages";

export const topicName = (topic: Topic): string =>
  ({
    network: m.topic_network,
    roles: m.topic_roles,
    permissions: m.topic_permissions,
    limits: m.topic_limits,
    image: m.topic_image,
    instances: m.topic_instances,
  })[topic]();
