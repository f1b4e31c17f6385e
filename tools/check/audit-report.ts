/** Known holes of the packages in use, or why nothing is known of them. */
export type Holes =
  | { readonly kind: 'known'; readonly found: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string }

interface Report {
  readonly message?: string
  readonly error?: { readonly summary?: string }
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>
}

/** Reads what `npm audit --json` printed. */
export function readAuditReport(stdout: string): Holes {
  let report: Report
  try {
    report = JSON.parse(stdout) as Report
  } catch {
    return { kind: 'unknown', reason: 'npm printed no report' }
  }
  const { vulnerabilities } = report
  if (!vulnerabilities) {
    return { kind: 'unknown', reason: report.message ?? report.error?.summary ?? 'no reason was given' }
  }
  const found = Object.entries(vulnerabilities)
  return { kind: 'known', found: found.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`) }
}
