import { prefersReducedMotion } from "svelte/motion";
import { createSubscriber } from "svelte/reactivity";

const secondMs = 1_000;
const calmMs = 15_000;

/**
 * The time to the second. One timer serves every countdown on the screen, and it runs only while one
 * is shown; for people who asked for less motion it moves a few times a minute.
 */
export const clock = {
  get ms(): number {
    (prefersReducedMotion.current ? calmly : everySecond)();
    return Date.now();
  },
};

const everySecond = ticking(secondMs);
const calmly = ticking(calmMs);

function ticking(stepMs: number): () => void {
  return createSubscriber((update) => {
    const timer = setInterval(update, stepMs);
    return () => clearInterval(timer);
  });
}
