import { tick } from "svelte";
import { changed } from "../../app/changed.svelte";
import { path, router } from "../../app/route.svelte";
import { session } from "../../app/session.svelte";
import { shell } from "../../app/shell.svelte";
import { asAppError, host, type AppError, type LessonView, type Topic } from "../../ipc";
import { drafting } from "../setup/drafting.svelte";
import { setup } from "../setup/setup.svelte";

/** In the order of the catalogue. */
export interface Chapter {
  topic: Topic;
  lessons: LessonView[];
}

/** The catalogue, and the lesson that the window is in. */
class Lessons {
  all = $state.raw<LessonView[]>([]);
  error = $state<AppError | null>(null);
  /** The lesson that is being prepared. */
  beginning = $state<string | null>(null);

  readonly chapters = $derived.by(() => {
    const chapters: Chapter[] = [];
    for (const lesson of this.all) {
      const chapter = chapters.find(({ topic }) => topic === lesson.topic);
      if (chapter) chapter.lessons.push(lesson);
      else chapters.push({ topic: lesson.topic, lessons: [lesson] });
    }
    return chapters;
  });

  /** The name of the one on whose account the window works, which is known before the catalogue is. */
  readonly id = $derived(session.view?.kind === "practice" ? session.view.name : null);
  readonly current = $derived(this.all.find(({ id }) => id === this.id) ?? null);

  /** The one after it that has not been solved. */
  readonly next = $derived.by(() => {
    const at = this.all.findIndex(({ id }) => id === this.current?.id);
    return this.all.slice(at + 1).find(({ solved }) => !solved) ?? null;
  });

  async look(): Promise<void> {
    try {
      this.all = await host().commands.lessons();
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** Prepares a lesson's account, anew or as it was left, and goes there: to the check of what is to be set up. */
  async begin(id: string, anew: boolean): Promise<void> {
    if (this.beginning) return;
    this.beginning = id;
    this.error = null;
    try {
      const begun = await host().commands.beginLesson(id, anew);
      await session.connect({ kind: "practice", name: id, region: "us-east-1", endpoint: null });
      // The same lesson begun anew is another account, too, though it is called the same.
      changed.account();
      await tick();
      setup.again(begun.blueprint);
      router.go(path.setup());
      shell.lessons = false;
      await this.look();
    } catch (thrown) {
      this.error = asAppError(thrown);
    } finally {
      this.beginning = null;
    }
  }

  /** To the person's own practice account. */
  async leave(): Promise<void> {
    await session.connect({ kind: "practice", name: null, region: "us-east-1", endpoint: null });
    await tick();
    drafting.blueprint = null;
    await setup.begin();
  }
}

export const lessons = new Lessons();
