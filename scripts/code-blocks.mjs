/**
 * A fenced block of code in a page: its text, the words after the fence, and the line of the page on which its code starts.
 *
 * @typedef {{ line: number, language: string, marks: string[], code: string }} CodeBlock
 */

/**
 * The fenced code blocks of a Markdown page, in order.
 *
 * @param {string} page
 * @returns {CodeBlock[]}
 */
export function codeBlocks(page) {
  const fenced = /^([ \t]*)(`{3,})([^`\n]*)\n([\s\S]*?)^[ \t]*\2`*[ \t]*$/gm
  return [...page.replaceAll('\r\n', '\n').matchAll(fenced)].map(({ index, 1: indent, 3: info, 4: code }) => {
    const [language = '', ...marks] = info.trim().split(/\s+/)
    const line = page.slice(0, index).split('\n').length + 1
    return { line, language, marks, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
  })
}
