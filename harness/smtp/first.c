#include "smtp/code.h"
