// Sends the only form of the page. Without a script, its button does.
"use strict";
document.forms[0].requestSubmit();
