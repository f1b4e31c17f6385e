import { bucketKind } from '../api/bucket-kind.ts'
import { ask, type Question } from '../shared/question.tsx'
import { objectTexts } from '../texts/objects.ts'
import type { Transfer } from './transfer.ts'

/** What was last answered for all files that are there already. */
let answerForAll: boolean | undefined
let lastQuestion: Promise<unknown> = Promise.resolve()

/** Whether whatever is there may be replaced without another question. */
export function replacesAll(): boolean {
  return answerForAll === true
}

export function forgetAnswers(): void {
  answerForAll = undefined
}

/** One question at a time, so that an answer for all spares the others. */
export function mayReplace({ bucket, key }: Pick<Transfer, 'bucket' | 'key'>): Promise<boolean> {
  const answered = lastQuestion.then(async () => {
    if (answerForAll !== undefined) return answerForAll
    const { yes, forAll } = await ask({ ...replaceQuestion(bucket, key), forAll: objectTexts.forAll })
    if (forAll) answerForAll = yes
    return yes
  })
  lastQuestion = answered
  return answered
}

/** Of one object alone. */
export async function mayReplaceOne(bucket: string, key: string): Promise<boolean> {
  return (await ask(replaceQuestion(bucket, key))).yes
}

function replaceQuestion(bucket: string, key: string): Question {
  return {
    title: objectTexts.replaceQuestion(key),
    detail: bucketKind(bucket).hasVersions ? objectTexts.replaceDetail : objectTexts.replaceForGood,
    yes: objectTexts.replace,
    no: objectTexts.skip,
  }
}
