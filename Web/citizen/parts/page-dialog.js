// One page of a material, large, with all that can be done to it.

import { h, icon, replaceChildren } from '../../elements/dom.js';
import { confirmDialog } from '../../elements/confirm.js';
import { formatBytes, t } from '../../text/text.js';
import { openCamera } from './camera-dialog.js';
import { findingsOf } from './findings.js';
import { picker } from './picker.js';
import { fetched, turnedCopy } from './thumbnails.js';
import { outlineFor, turned } from '../pages.js';
import { actionButton } from './pieces.js';
import { isLocked, notesOf } from '../state.js';

/** @import { App } from '../app.js' */
/** @import { FileView, Material, MaterialEntry } from '../wire.js' */

const SHOWN_PIXELS = 1_600;

/** A new photograph in the place of this one. @param {App} app @param {Material} material @param {FileView} file */
export function retakePage(app, material, file) {
  openCamera({
    title: material.name, outline: outlineFor(material), many: false, ...app.cameraCare(),
    onPicture: (picture) => app.uploads.add(material, [picture], { isSeen: true, replaces: file.id }),
  });
}

/**
 * @param {App} app
 * @param {string} materialID
 * @param {string} fileID
 */
export function openPage(app, materialID, fileID) {
  const listening = new AbortController();
  /** @type {HTMLCanvasElement | null} */
  let picture = null;
  let drawn = '';
  const title = h('h2', { tabindex: '-1', autofocus: true });
  const sheet = h('div', { class: 'page-view__sheet' });
  const words = h('div', { class: 'stack stack--tight' });
  const tools = h('div', { class: 'page-view__tools' });
  const dialog = h('dialog', { class: 'page-view' },
    h('div', { class: 'page-view__head' }, title,
      h('button', { class: 'button button--quiet', type: 'button', on: { click: () => dialog.close() } }, icon('cross'), t('shared.close'))),
    sheet, h('div', { class: 'page-view__foot stack' }, words, tools));
  dialog.addEventListener('close', () => {
    listening.abort();
    dialog.remove();
  });

  function update() {
    const entry = app.state.materials.find((one) => one.material.id === materialID);
    const at = entry?.files.findIndex((one) => one.id === fileID) ?? -1;
    const file = entry?.files[at];
    if (!entry || !file) return dialog.close();
    const locked = isLocked(app.state);
    const key = JSON.stringify([at, entry.files.length, file, locked, notesOf(app.state).left.includes(file.id)]);
    if (key === drawn) return;
    drawn = key;
    title.textContent = t('handIn.page.title', { n: at + 1, all: entry.files.length });
    dialog.setAttribute('aria-label', `${entry.material.name} ${title.textContent}`);
    drawSheet(file);
    replaceChildren(words,
      h('p', { class: 'quiet small' }, `${file.name} · ${formatBytes(file.byte_count)}`),
      findingsOf(file, {
        isLeft: notesOf(app.state).left.includes(file.id), onLeave: () => app.dispatch({ type: 'note', note: { left: file.id } }),
      }));
    tools.hidden = locked;
    const active = tools.contains(document.activeElement) ? document.activeElement?.getAttribute('data-act') : null;
    replaceChildren(tools, ...toolsOf(entry, file, at));
    // A button that was pressed keeps the focus although it was drawn anew.
    if (active) /** @type {HTMLElement | null} */ (tools.querySelector(`[data-act="${active}"]`))?.focus();
  }

  /** @param {FileView} file */
  function drawSheet(file) {
    if (file.media_type === 'application/pdf') {
      return replaceChildren(sheet, h('div', { class: 'page-view__pdf' }, icon('file'), h('p', null, file.pages ? t('handIn.pdfPages', { n: file.pages }) : 'PDF')));
    }
    if (!picture) {
      replaceChildren(sheet, h('span', { class: 'spinner', 'aria-hidden': 'true' }));
      fetched(file.id, SHOWN_PIXELS).then((canvas) => {
        picture = canvas;
        drawSheet(app.state.materials.flatMap((one) => one.files).find((one) => one.id === fileID) ?? file);
      }, () => replaceChildren(sheet, h('p', null, t('citizen.trouble.loading'))));
      return;
    }
    const copy = turnedCopy(picture, file.rotation ?? 0);
    copy.setAttribute('role', 'img');
    copy.setAttribute('aria-label', file.name);
    replaceChildren(sheet, copy);
  }

  /** @param {MaterialEntry} entry @param {FileView} file @param {number} at */
  function toolsOf(entry, file, at) {
    const last = entry.files.length - 1;
    const isPicture = file.media_type !== 'application/pdf';
    return [
      isPicture && tool('rotate', 'rotate', t('handIn.page.rotate'), () => app.work.rotateFile(file.id, turned(file.rotation ?? 0))),
      last > 0 && tool('earlier', 'left', t('handIn.page.earlier'), () => app.work.movePage(materialID, at, at - 1), at === 0),
      last > 0 && tool('later', 'right', t('handIn.page.later'), () => app.work.movePage(materialID, at, at + 1), at === last),
      h('div', { class: 'page-view__replace' },
        isPicture && tool('retake', 'photo', t('handIn.page.retake'), () => {
          dialog.close();
          retakePage(app, entry.material, file);
        }),
        picker({
          label: t('handIn.page.choose'), about: file.name, drawing: 'file', many: false,
          onFiles: (files) => {
            dialog.close();
            app.uploads.add(entry.material, files, { replaces: file.id });
          },
        })),
      tool('remove', 'trash', t('handIn.page.remove'), () => remove(file)),
    ];
  }

  /** @param {FileView} file */
  async function remove(file) {
    const isSure = await confirmDialog({
      title: t('handIn.remove.title'), body: t('handIn.remove.body', { name: file.name }),
      confirm: t('handIn.remove.yes'), cancel: t('handIn.remove.no'), danger: true,
    });
    if (!isSure) return;
    await app.work.removeFile(file.id);
    dialog.close();
  }

  /**
   * @param {string} act
   * @param {string} drawing
   * @param {string} label
   * @param {() => Promise<void> | void} click
   * @param {boolean} [disabled]
   */
  function tool(act, drawing, label, click, disabled = false) {
    const made = actionButton({ label, icon: drawing, class: 'button', act: click });
    const button = made.querySelector('button');
    if (button) {
      button.dataset.act = act;
      button.disabled = disabled;
    }
    return made;
  }

  app.addEventListener('change', update, { signal: listening.signal });
  document.body.append(dialog);
  update();
  dialog.showModal();
}
