/** Counts what happened to the account as a whole, so that pages read it anew. */
class Changed {
  times = $state(0);
  account(): void {
    this.times += 1;
  }
}

export const changed = new Changed();
