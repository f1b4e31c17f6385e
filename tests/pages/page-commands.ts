import { readFile } from 'node:fs/promises'

/** What a page has somebody type, inline too. Other words in backquotes are names and messages. */
const PROGRAMS = /^(?:holdfast|aws|mc|curl|kill|npm|rclone|kubectl|docker|systemctl) \S/

export async function commandsOfPage(path: string): Promise<Map<string, readonly string[]>> {
  return commandsIn(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'))
}

/**
 * The commands of a page of the documentation, by the section (`## …`) that they stand in, in their order: lines of `sh` blocks,
 * lines of other blocks after `$ `, and what a paragraph or table has in backquotes. A shorter mention of a command
 * that the page has in full (`holdfast scrub` beside `holdfast scrub --data …`) is none of its own.
 */
export function commandsIn(page: string): Map<string, readonly string[]> {
  const sections = page.split(/^#{1,2} (?=\S.*\n\n)/m).slice(1)
  const all = sections.flatMap((section) => [...commandsOfBlocks(section), ...inlineCommands(section)])
  const isMention = (command: string): boolean => all.some((other) => other.startsWith(`${command} `))
  const found = new Map<string, readonly string[]>()
  for (const section of sections) {
    const inline = inlineCommands(section).filter((command) => !isMention(command))
    const commands = new Set([...commandsOfBlocks(section), ...inline])
    const [title = ''] = section.split('\n', 1)
    if (commands.size > 0) found.set(title, [...commands])
  }
  return found
}

/** The commands of the blocks of a text. One that ends in `\` or within quotes goes on in the next line. */
export function commandsOfBlocks(text: string): string[] {
  const commands: string[] = []
  for (const [, language, block = ''] of text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)) {
    const lines = block.split('\n').flatMap((line) => {
      if (language === 'sh') return [line]
      return line.startsWith('$ ') ? [line.slice(2)] : []
    })
    let begun = ''
    for (const line of lines) {
      begun += (begun && '\n') + line.replace(/(?:^|\s+)# .*$/, '')
      if (begun.endsWith('\\') || (begun.split("'").length - 1) % 2 === 1) continue
      if (begun !== '') commands.push(begun)
      begun = ''
    }
  }
  return commands
}

function inlineCommands(section: string): string[] {
  const text = section.replaceAll(/^```[^]*?^```$/gm, '')
  return Array.from(text.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code).filter((code) =>
    PROGRAMS.test(code),
  )
}
