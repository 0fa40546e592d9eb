#include "scenario/catalogue.h"
