import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'

/** Of the report that there is. */
export async function reportText(iam: IAMClient): Promise<string> {
  const { Content } = await iam.send(new GetCredentialReportCommand())
  return Buffer.from(Content ?? []).toString()
}

/** The columns of each line, by the user; for reports without quotation marks. */
export function linesOf(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const [head = [], ...lines] = text.split('\n').map((line) => line.split(','))
  return new Map(
    lines.map((cells) => [
      cells[0] ?? '',
      Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ''])),
    ]),
  )
}

/** The lines of a new report. */
export async function newReport(iam: IAMClient): Promise<ReturnType<typeof linesOf>> {
  await iam.send(new GenerateCredentialReportCommand())
  return linesOf(await reportText(iam))
}
