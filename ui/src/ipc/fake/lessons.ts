import type { Commands, LessonView } from "../contract";
import { blueprint } from "./blueprint";
import { failure, say, type World } from "./world";

const lesson = (id: string, topic: LessonView["topic"], sentence: string): LessonView => ({
  id,
  topic,
  sentence: say(`lesson-${id}`, sentence),
  page: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
  begun: false,
  solved: false,
});

/** A few of each kind. */
export function lessonCommands(world: World): Pick<Commands, "lessons" | "beginLesson" | "openLessonPage"> {
  const all = [
    lesson("reach-no-route", "network", "The subnet’s route table has no route out."),
    lesson("reach-acl-out", "network", "A network ACL lets nothing out."),
    lesson("role-lacking-execution", "roles", "The execution role may not write logs."),
    lesson("limit-full-vpcs", "limits", "The account has as many VPCs as it may have."),
  ];
  const find = (id: string) => {
    const found = all.find((one) => one.id === id);
    if (!found) throw failure("lessons-unknown", `There is no lesson ${id}.`);
    return found;
  };
  world.solved = (id) => (find(id).solved = true);
  return {
    lessons: () => Promise.resolve(structuredClone(all)),
    beginLesson: async (id) => {
      await world.pass(0.5);
      const lesson = find(id);
      lesson.begun = true;
      return {
        lesson: { ...lesson },
        path: `/Users/ana/.slipway/lessons/${id}/blueprint.toml`,
        blueprint: blueprint("imaging"),
      };
    },
    openLessonPage: () => Promise.resolve(),
  };
}
