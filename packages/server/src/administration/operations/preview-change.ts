import { describeReason } from '../../access/reason.ts'
import { isObject } from '../../base/is-object.ts'
import { Turns } from '../../base/turns.ts'
import { ProposedStore } from '../../metadata/proposed-store.ts'
import { S3Error } from '../../model/s3-error.ts'
import { explain } from '../../s3/explain.ts'
import { type Question, questionOf } from '../../s3/explain-question.ts'
import { DocumentCache } from '../../s3/shared/service/document-cache.ts'
import type { AccessService } from '../../s3/shared/service/service.ts'
import { invalidRequest } from '../administration-error.ts'
import type { AdministrationService } from '../administration-service.ts'
import { defineOperation } from '../operation.ts'
import { type ChangedServices, makeChange } from '../preview/make-change.ts'
import { type ProposedChange, proposedChange } from '../preview/proposed-changes.ts'
import { readJsonBody } from '../read-json-body.ts'

const MOST_CHANGES = 5
const MOST_QUESTIONS = 200
/** A policy and the answer to some questions about it: about a millisecond each. */
const turns = new Turns(4)

/** Who would gain and lose what by a change that is not made. */
export const PreviewChange = defineOperation('PreviewChange', {
  path: '/-/preview',
  method: 'POST',
  isOfServer: false,
  async handle({ service, caller, body }) {
    const { changes, questions } = asked(await body())
    const changed = proposed(service)
    for (const change of changes) await makeChange(changed, caller, change)
    const answers = []
    for (const question of questions) {
      await turns.take(1)
      answers.push(await answered(service.s3, changed.s3, question, caller.account.id))
    }
    return { answers }
  },
})

/** The services as they would be: of the same store, but for what is changed in it. */
function proposed({ s3, iam }: AdministrationService): ChangedServices {
  const metadata = new ProposedStore(s3.stores.metadata)
  return {
    s3: { ...s3, stores: { ...s3.stores, metadata }, documents: new DocumentCache(), garbageAdded() {} },
    iam: { ...iam, metadata },
  }
}

async function answered(now: AccessService, then: AccessService, question: Question, accountId: string) {
  const { principal, action, resource } = question
  try {
    const before = await explain(now, question, accountId)
    const after = await explain(then, question, accountId)
    const decided = after.reasons.at(-1)
    return {
      principal,
      action,
      resource,
      before: before.allowed,
      after: after.allowed,
      ...(decided && { reason: describeReason(decided) }),
    }
  } catch (error) {
    // Somebody whom a document names need not be there; what else is asked is answered all the same.
    if (error instanceof S3Error && error.code === 'InvalidArgument')
      return { principal, action, resource, error: error.message }
    throw error
  }
}

function asked(body: Uint8Array): {
  readonly changes: readonly ProposedChange[]
  readonly questions: readonly Question[]
} {
  const value = readJsonBody(body)
  const { changes, questions, ...others } = isObject(value) ? value : {}
  if (!isList(changes, MOST_CHANGES) || !isList(questions, MOST_QUESTIONS) || Object.keys(others).length > 0)
    throw invalidRequest(
      `The body has changes, 1 to ${MOST_CHANGES}, and questions, 1 to ${MOST_QUESTIONS}, and nothing more`,
    )
  return { changes: changes.map(proposedChange), questions: questions.map(questionOf) }
}

function isList(value: unknown, most: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.length <= most
}
