/** Lets the browser paint, answer and sign requests before the next piece of work: done in one go, it would not respond meanwhile. */
export const turn = () => new Promise<void>((go) => setTimeout(go));
