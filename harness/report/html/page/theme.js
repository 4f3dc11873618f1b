import { el } from './dom.js';

const KEY = 'mywire-theme';
const themes = ['auto', 'light', 'dark'];

/** The switch between the system's colours, light and dark; the choice is kept where the browser keeps anything for a file. */
export function themeSwitch() {
  let theme = kept();
  const button = el('button', {
    type: 'button',
    class: 'quiet',
    id: 'theme',
    click: () => set(themes[(themes.indexOf(theme) + 1) % 3] ?? 'auto'),
  });
  const set = (/** @type {string} */ wanted) => {
    theme = wanted;
    document.documentElement.dataset['theme'] = theme;
    button.textContent = `theme: ${theme}`;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Then it holds until the page is closed.
    }
  };
  set(theme);
  return button;
}

function kept() {
  try {
    const theme = localStorage.getItem(KEY) ?? '';
    return themes.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}
