import { type Explanation, describeExplanation } from '../access/explanation.ts'
import { explainAccess } from '../compose/explain-access.ts'
import { configOfStore } from './config-of-store.ts'
import type { ExplainOptions } from './explain-options.ts'
import { failed, say } from './with-store.ts'

/** Prints how a request would be decided on; exit code 0 whichever way, 1 where the question has no answer. */
export async function explain(options: ExplainOptions): Promise<void> {
  try {
    const explanation = await answer(options)
    const text = options.json ? JSON.stringify(explanation, undefined, 2) : describeExplanation(explanation)
    say(text)
  } catch (error) {
    failed(error, options)
  }
}

async function answer(options: ExplainOptions): Promise<Explanation> {
  const { data, config: _path, as, principal = as, json: _, ...question } = options
  const config = await configOfStore(options)
  return explainAccess({ config, dataDirectory: data }, { principal, ...question })
}
