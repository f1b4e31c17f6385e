const LONG_MILLISECONDS = 2 ** 30

/** Keeps this process from ending for want of work, until the function returned is called. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, LONG_MILLISECONDS)
  return () => clearInterval(timer)
}
