// Hands the choice over to the platform; without scripts the button does it.
"use strict";
document.getElementById("return").submit();
