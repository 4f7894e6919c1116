/* The search marks its words on the page that it opens; names inside icons are no place for marks. */
for (const name of document.querySelectorAll("svg title")) name.remove();
