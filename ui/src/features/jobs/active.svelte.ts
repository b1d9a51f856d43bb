/** How many jobs of the queue last looked at have not ended; the number beside Jobs. */
export const active = $state({ jobs: 0 });
